/** The pattern of `like` for what holds a text, whatever signs it has. */
export const holding = (text: string) => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
