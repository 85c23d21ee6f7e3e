import { useEffect, useRef, type RefObject } from 'react';

/** The midpoint of two fingers within the element, and their distance. */
export interface Pinch {
  readonly x: number;
  readonly y: number;
  readonly distance: number;
}

/** How an element handles the wheel and two fingers. */
interface Gestures {
  /** Handles the wheel at a point within the element; `false` leaves it to the page. */
  readonly onWheel: (event: WheelEvent, x: number, y: number) => boolean;
  readonly onPinch: (now: Pinch, before: Pinch) => void;
}

function pinchOf({ touches }: TouchEvent, element: HTMLElement): Pinch | null {
  const [one, other] = touches;
  if (touches.length !== 2 || one === undefined || other === undefined) return null;
  const box = element.getBoundingClientRect();
  return {
    x: (one.clientX + other.clientX) / 2 - box.left,
    y: (one.clientY + other.clientY) / 2 - box.top,
    distance: Math.max(1, Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY)),
  };
}

/** Listens to the wheel and two fingers on an element, and prevents the page from scrolling and zooming. */
export function useGestures(area: RefObject<HTMLElement | null>, gestures: Gestures): void {
  const latest = useRef(gestures);
  latest.current = gestures;
  useEffect(() => {
    const element = area.current;
    if (element === null) return undefined;
    const onWheel = (event: WheelEvent) => {
      const box = element.getBoundingClientRect();
      if (latest.current.onWheel(event, event.clientX - box.left, event.clientY - box.top)) event.preventDefault();
    };
    let pinch: Pinch | null = null;
    const onTouchMove = (event: TouchEvent) => {
      const now = pinchOf(event, element);
      if (now === null) return;
      event.preventDefault();
      if (pinch !== null) latest.current.onPinch(now, pinch);
      pinch = now;
    };
    // A pinch begins when the second finger goes down: the first move would be lost otherwise.
    const onTouchChange = (event: TouchEvent) => {
      pinch = pinchOf(event, element);
    };
    // React listens passively, and a passive listener cannot prevent scrolling or zooming.
    element.addEventListener('wheel', onWheel, { passive: false });
    element.addEventListener('touchmove', onTouchMove, { passive: false });
    element.addEventListener('touchstart', onTouchChange, { passive: true });
    element.addEventListener('touchend', onTouchChange);
    return () => {
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('touchmove', onTouchMove);
      element.removeEventListener('touchstart', onTouchChange);
      element.removeEventListener('touchend', onTouchChange);
    };
  }, [area]);
}

/** Turns Ctrl with the wheel, a trackpad pinch and two fingers into zooming around a point in the element. */
export function useZoomGesture(
  area: RefObject<HTMLElement | null>,
  onZoom: (factor: number, x: number, y: number) => void,
): void {
  useGestures(area, {
    onWheel: ({ ctrlKey, metaKey, deltaY }, x, y) => {
      const isZoom = ctrlKey || metaKey;
      if (isZoom) onZoom(Math.exp(-deltaY * 0.005), x, y);
      return isZoom;
    },
    onPinch: (now, before) => onZoom(now.distance / before.distance, now.x, now.y),
  });
}
