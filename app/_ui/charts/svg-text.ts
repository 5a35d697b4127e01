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
  'vector-effect',
  'paint-order',
  'transform',
] as const;

const svgNamespace = 'http://www.w3.org/2000/svg';

function element(name: string, attributes: Record<string, string>): SVGElement {
  const made = document.createElementNS(svgNamespace, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}

/** A copy whose colours and type no longer depend on the page's tokens. */
function standalone(svg: SVGSVGElement): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = svg.querySelectorAll<SVGElement>('*');
  copy.querySelectorAll<SVGElement>('*').forEach((part, index) => {
    const original = originals[index];
    if (original === undefined) return;
    const style = getComputedStyle(original);
    for (const property of carried) part.setAttribute(property, style.getPropertyValue(property));
    // As an attribute this word is an error.
    if (part.getAttribute('transform') === 'none') part.removeAttribute('transform');
    part.removeAttribute('class');
    part.removeAttribute('style');
  });
  for (const part of copy.querySelectorAll('[data-hover]')) part.remove();
  for (const attribute of ['class', 'style', 'role', 'aria-label']) copy.removeAttribute(attribute);
  return copy;
}

/** A chart's drawing as a file of its own, with its title, ground and margins, as it looks on the page now. */
export function svgText(svg: SVGSVGElement, title: string): string {
  const { width, height } = svg.getBoundingClientRect();
  const frame = svg.closest('[data-plane]');
  const paddings = frame === null ? null : getComputedStyle(frame);
  const padding = (side: string) =>
    Number.parseFloat(paddings?.getPropertyValue(`padding-${side}`) ?? '') || 0;
  const [top, right, bottom, left] = [
    padding('top'),
    padding('right'),
    padding('bottom'),
    padding('left'),
  ] as const;
  const head = 28;
  const whole = {
    width: String(Math.ceil(left + width + right) + 16),
    height: String(Math.ceil(top + height + bottom) + head + 8),
  };
  const plane = standalone(svg);
  plane.setAttribute('x', String(left + 8));
  plane.setAttribute('y', String(top + head));
  plane.setAttribute('width', String(width));
  plane.setAttribute('height', String(height));
  plane.setAttribute('overflow', 'visible');
  const style = getComputedStyle(svg);
  const file = element('svg', { xmlns: svgNamespace, ...whole, 'font-family': style.fontFamily });
  const name = element('title', {});
  name.textContent = title;
  const heading = element('text', {
    x: '8',
    y: '18',
    'font-size': '13',
    'font-weight': '600',
    fill: style.getPropertyValue('--ink').trim(),
  });
  heading.textContent = title;
  const ground = element('rect', {
    width: '100%',
    height: '100%',
    fill: style.getPropertyValue('--surface').trim(),
  });
  file.append(name, ground, heading, plane);
  return new XMLSerializer().serializeToString(file);
}
