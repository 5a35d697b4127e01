/** The consent to sign electronically that is shown now (ESIGN 15 USC 7001, UETA 5); a changed text is a new version. */
export const CONSENT = {
  version: '2026-11',
  text: 'I agree to sign this document electronically. My typed name, my password and the time are my signature and bind as ink does. I can download the document and keep it, I may ask for a paper copy, and I may refuse and sign on paper instead.',
} as const;
