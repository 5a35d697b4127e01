/** Which app a label was made with, as it says so itself (design rule 10). Read on the server, which alone knows the version. */
export const BUILD = `web ${process.env.npm_package_version ?? '0.1.0'}`;
