/**
 * Runs in the page. Finds overlapping texts and controls, texts that leave their control or are cut off beside their
 * lane, texts under 11 pixels, and horizontal scrolling.
 */
export function layoutProblems(): readonly string[] {
  const LEAST_PIXELS = 11;
  const SLACK = 1.5;
  interface Box {
    readonly element: Element;
    readonly words: string;
    readonly layer: Element | null;
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  }
  type Sides = Readonly<Record<'left' | 'top' | 'right' | 'bottom', number>>;
  const problems = new Set<string>();
  const UNCLIPPED: Sides = { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity };
  const intersection = (one: Sides, other: Sides): Sides => ({
    left: Math.max(one.left, other.left),
    top: Math.max(one.top, other.top),
    right: Math.min(one.right, other.right),
    bottom: Math.min(one.bottom, other.bottom),
  });
  /** Cached, because many texts share elements, and styles are slow to read. */
  const computedOnce = <T>(compute: (element: Element) => T): ((element: Element) => T) => {
    const known = new Map<Element, T>();
    return (element) => {
      // Safe: the map contains a T, which may be null or undefined itself.
      if (!known.has(element)) known.set(element, compute(element));
      return known.get(element) as T;
    };
  };
  const isControl = (element: Element) => /^(BUTTON|SELECT|INPUT|SUMMARY|TEXTAREA)$/.test(element.tagName);

  /** Floating or sticky elements are compared only with themselves. */
  const layerOf = computedOnce((element): Element | null => {
    const { position } = getComputedStyle(element);
    if (/^(sticky|fixed)$/.test(position) || element.matches('.tip, dialog, .menu-items')) return element;
    return element.parentElement === null ? null : layerOf(element.parentElement);
  });

  /** The area of an element that is not clipped by it or its ancestors. */
  const clipOf = computedOnce((element): Sides => {
    const { parentElement: parent } = element;
    const around = parent === null ? UNCLIPPED : clipOf(parent);
    const { overflowX, overflowY } = getComputedStyle(element);
    if (overflowX === 'visible' && overflowY === 'visible') return around;
    const own = element.getBoundingClientRect();
    const { left, right } = overflowX === 'visible' ? around : intersection(around, own);
    const { top, bottom } = overflowY === 'visible' ? around : intersection(around, own);
    return { left, top, right, bottom };
  });

  const boxOf = (element: Element, around: Element | null, rect: DOMRect, words: string): Box | null => {
    const { left, top, right, bottom } = around === null ? rect : intersection(rect, clipOf(around));
    if (right - left < 2 || bottom - top < 2) return null;
    return { element, words: words.trim().slice(0, 24), layer: layerOf(element), left, top, right, bottom };
  };

  const isSeen = computedOnce(
    (element) =>
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
      getComputedStyle(element).clipPath === 'none',
  );

  /** Whether the element that clips a text hides the end of it, without dots and without scrolling. */
  const isCutOff = (parent: Element, range: Range): boolean => {
    const clipping = parent.closest('.lane-name, .lane-time');
    if (clipping === null || getComputedStyle(parent).textOverflow === 'ellipsis') return false;
    return range.getBoundingClientRect().right > clipping.getBoundingClientRect().right + SLACK;
  };

  const boxes: Box[] = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const parent = node.parentElement;
    const words = node.textContent ?? '';
    if (parent === null || words.trim() === '' || !isSeen(parent) || parent.closest('script, style, option') !== null)
      continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const pixels = Number.parseFloat(getComputedStyle(parent).fontSize);
    const scale = parent instanceof SVGGraphicsElement ? (parent.getScreenCTM()?.a ?? 1) : 1;
    const seen = [...range.getClientRects()].flatMap((rect) => boxOf(parent, parent, rect, words) ?? []);
    if (seen.length > 0 && isCutOff(parent, range)) problems.add(`cut off: ${words.trim().slice(0, 24)}`);
    if (seen.length > 0 && pixels * scale < LEAST_PIXELS - 0.01)
      problems.add(`${(pixels * scale).toFixed(1)} pixels: ${words.trim().slice(0, 24)}`);
    // Pictures have their own tests.
    if (parent instanceof SVGElement) continue;
    const control = parent.closest('button, summary');
    if (control === null) boxes.push(...seen);
    else if (control.closest('.marker, .virtual') === null) {
      const own = control.getBoundingClientRect();
      for (const rect of range.getClientRects()) {
        if (rect.left < own.left - SLACK || rect.right > own.right + SLACK || rect.bottom > own.bottom + SLACK)
          problems.add(`leaves its control: ${words.trim().slice(0, 24)}`);
      }
    }
  }
  for (const element of document.querySelectorAll('button, select, input, summary, textarea')) {
    // Markers on the time axis are placed by their moments.
    if (!isControl(element) || !isSeen(element) || element.matches('.marker')) continue;
    const box = boxOf(element, element.parentElement, element.getBoundingClientRect(), element.textContent ?? '');
    if (box !== null) boxes.push(box);
  }
  boxes.sort((a, b) => a.top - b.top);
  for (const [at, one] of boxes.entries()) {
    for (let next = at + 1; next < boxes.length; next += 1) {
      const other = boxes[next];
      if (other === undefined || other.top >= one.bottom - SLACK) break;
      if (one.layer !== other.layer || one.element.contains(other.element) || other.element.contains(one.element))
        continue;
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (across > SLACK && down > SLACK) problems.add(`overlap: ${one.words} / ${other.words}`);
    }
  }
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) problems.add(`scrolls sideways by ${scrollWidth - innerWidth}`);
  return [...problems].slice(0, 12);
}
