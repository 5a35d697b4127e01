/** A loopback port nobody listens on: the preferred one if it is free. */
export function findFreePort(preferred?: number): Promise<number>;
