import { describe, expect, test } from 'vitest';
import { readUpload } from './read-upload.ts';

const projectId = '01900000-0000-7000-8000-000000000000';
const meta = {
  name: 'Biopsies',
  dataClass: 'public',
  legalBasis: 'licence',
  evidence: { kind: 'licence', issuer: 'H', reference: 'CC0', issuedOn: null, expiresOn: null, sha256: null },
  format: 'csv',
};

function form(change: { meta?: unknown; file?: File | string | null } = {}): FormData {
  const made = new FormData();
  made.set('meta', typeof change.meta === 'string' ? change.meta : JSON.stringify(change.meta ?? meta));
  const file = change.file === undefined ? new File(['a,b\n'], 'C:\\data\\cases.csv') : change.file;
  if (file !== null) made.set('file', file);
  made.append('images', new File([Uint8Array.from([1, 2])], 'folder/a.png'));
  return made;
}

describe('an upload form', () => {
  test('gives bytes, bare file names and the description', async () => {
    const upload = await readUpload(form(), projectId);
    expect(upload).toMatchObject({ ...meta, projectId, fileName: 'cases.csv' });
    expect(new TextDecoder().decode(upload.content as Uint8Array)).toBe('a,b\n');
    expect(upload.images).toEqual([{ name: 'a.png', bytes: Uint8Array.from([1, 2]) }]);
  });

  test.each<[string, FormData | null, RegExp]>([
    ['no form', null, /as a form/],
    ['no file', form({ file: null }), /Choose the file/],
    ['text instead of a file', form({ file: 'a,b' }), /Choose the file/],
    ['a description that is not JSON', form({ meta: 'x{' }), /not JSON/],
    ['a description that is a list', form({ meta: '[]' }), /not a JSON object/],
    ['no name', form({ meta: { ...meta, name: ' ' } }), /name/],
    ['an unknown format', form({ meta: { ...meta, format: 'xml' } }), /csv/],
  ])('%s is refused', async (_name, input, message) => {
    await expect(readUpload(input, projectId)).rejects.toMatchObject({
      reason: 'upload_invalid',
      message: expect.stringMatching(message),
    });
  });

  test('the project is the one of the address, whatever the description says', async () => {
    const other = '01900000-0000-7000-8000-000000000001';
    const upload = await readUpload(form({ meta: { ...meta, projectId: other } }), projectId);
    expect(upload.projectId).toBe(projectId);
  });
});
