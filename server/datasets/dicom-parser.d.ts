/** What the types that come with dicom-parser leave out: the default export. */
declare module 'dicom-parser' {
  export interface Element {
    /** `xggggeeee`, lower case. */
    tag: string;
    vr?: string;
    /** Bytes of the value; 4294967295 when it was not said and the value was not read. */
    length: number;
    dataOffset: number;
    items?: Element[];
    /** Of an item of a sequence. */
    dataSet?: DataSet;
  }
  export interface DataSet {
    elements: { [tag: string]: Element };
    string: (tag: string, index?: number) => string | undefined;
    text: (tag: string, index?: number) => string | undefined;
  }
  export interface ParseDicomOptions {
    /** Nothing after this element is read; its own value neither. */
    untilTag?: string;
  }
  const parser: {
    parseDicom(bytes: Uint8Array, options?: ParseDicomOptions): DataSet;
    readPart10Header(bytes: Uint8Array): DataSet;
  };
  export default parser;
}
