/** How an image lies in its frame: scale 1 fits it in; x and y are pixels of the frame from its middle. */
export type ImageView = { scale: number; x: number; y: number };

export const FITTED: ImageView = { scale: 1, x: 0, y: 0 };
const LEAST = 1;
const MOST = 16;

/** Zooms by `factor` so that the point (from the frame's middle) stays where it is. */
export function zoomAt(view: ImageView, factor: number, point: { x: number; y: number }): ImageView {
  const scale = Math.min(MOST, Math.max(LEAST, view.scale * factor));
  if (scale === LEAST) return FITTED;
  const ratio = scale / view.scale;
  return { scale, x: point.x - (point.x - view.x) * ratio, y: point.y - (point.y - view.y) * ratio };
}

/** Moves the image, never so far that its middle leaves the frame's `width` × `height` at this scale. */
export function pan(
  view: ImageView,
  by: { x: number; y: number },
  frame: { width: number; height: number },
): ImageView {
  const most = { x: (frame.width * view.scale) / 2, y: (frame.height * view.scale) / 2 };
  const held = (value: number, limit: number) => Math.min(limit, Math.max(-limit, value));
  return { ...view, x: held(view.x + by.x, most.x), y: held(view.y + by.y, most.y) };
}
