import type { ImageLook } from './intake-rules.ts';

type Sharp = typeof import('sharp').default;
let loading: Promise<Sharp | null> | undefined;

/** The image library, loaded when an image comes; null where it does not run, which is then said of the images. */
function library(): Promise<Sharp | null> {
  loading ??= import('sharp').then(
    (found) => found.default,
    () => null,
  );
  return loading;
}

const COLUMNS = 17;
const ROWS = 16;

/**
 * Decodes an image whole and measures it: size, contrast, gradient hash. Null when it cannot be decoded (cut off, broken);
 * `not_checked` where this machine has no decoder. Decoding runs beside everybody else's requests, not in their way.
 */
export async function lookAtImage(bytes: Uint8Array): Promise<ImageLook | 'not_checked'> {
  const sharp = await library();
  if (sharp === null) return 'not_checked';
  try {
    const image = sharp(bytes, { failOn: 'warning', limitInputPixels: 500_000_000 });
    const { width, height } = await image.metadata();
    const grey = image.greyscale().removeAlpha();
    const { data } = await grey
      .resize(COLUMNS, ROWS, { fit: 'fill' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const small = await sharp(bytes, { failOn: 'none' })
      .greyscale()
      .resize(256, 256, { fit: 'inside' })
      .stats();
    return { width, height, contrast: small.channels[0]?.stdev ?? 0, gradientHash: gradientHash(data) };
  } catch {
    return null;
  }
}

/** A bit per neighbouring pair: whether it gets brighter to the right. 16 × 16 bits as 64 hex digits. */
function gradientHash(pixels: Uint8Array): string {
  let hex = '';
  for (let row = 0; row < ROWS; row += 1) {
    for (let from = 0; from < COLUMNS - 1; from += 4) {
      let digit = 0;
      for (let column = from; column < from + 4; column += 1) {
        const at = row * COLUMNS + column;
        digit = digit * 2 + ((pixels[at + 1] ?? 0) > (pixels[at] ?? 0) ? 1 : 0);
      }
      hex += digit.toString(16);
    }
  }
  return hex;
}

/** Looks at many images, a few at once; the result has their order. */
export async function lookAtImages(all: readonly Uint8Array[]): Promise<(ImageLook | 'not_checked')[]> {
  const looks: (ImageLook | 'not_checked')[] = new Array(all.length).fill(null);
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < all.length; i = next++) looks[i] = await lookAtImage(all[i] ?? new Uint8Array());
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  return looks;
}
