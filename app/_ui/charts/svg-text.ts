const carried = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linejoin',
  'stroke-linecap',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'dominant-baseline',
  'visibility',
] as const;

/**
 * A chart's drawing as a file of its own: the tokens are replaced by the colours they stand for now, and the
 * ground is added, so that it looks the same in a report.
 */
export function svgText(svg: SVGSVGElement, title: string): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const { width, height } = svg.getBoundingClientRect();
  const originals = svg.querySelectorAll<SVGElement>('*');
  copy.querySelectorAll<SVGElement>('*').forEach((element, index) => {
    const original = originals[index];
    if (original === undefined) return;
    const style = getComputedStyle(original);
    for (const property of carried) element.setAttribute(property, style.getPropertyValue(property));
    // The plot's width is given by style, in terms of the page; a file needs it as a number.
    if (element.tagName === 'svg' && element.hasAttribute('style'))
      element.setAttribute('width', style.width);
    element.removeAttribute('class');
    element.removeAttribute('style');
  });
  for (const element of copy.querySelectorAll('[data-hover]')) element.remove();
  copy.removeAttribute('class');
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(Math.round(width)));
  copy.setAttribute('height', String(Math.round(height)));
  const name = document.createElementNS('http://www.w3.org/2000/svg', 'title');
  name.textContent = title;
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  ground.setAttribute('width', '100%');
  ground.setAttribute('height', '100%');
  ground.setAttribute('fill', getComputedStyle(svg).getPropertyValue('--surface').trim());
  copy.prepend(name, ground);
  return new XMLSerializer().serializeToString(copy);
}
