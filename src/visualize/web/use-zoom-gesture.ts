import { useEffect, useRef, type RefObject } from 'react';

/** The middle of two fingers within the element, and the distance between them. */
export interface Pinch {
  readonly x: number;
  readonly y: number;
  readonly distance: number;
}

export function pinchOf({ touches }: TouchEvent, element: HTMLElement): Pinch | null {
  const [one, other] = touches;
  if (touches.length !== 2 || one === undefined || other === undefined) return null;
  const box = element.getBoundingClientRect();
  return {
    x: (one.clientX + other.clientX) / 2 - box.left,
    y: (one.clientY + other.clientY) / 2 - box.top,
    distance: Math.max(1, Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY)),
  };
}

/** Turns Ctrl and wheel, the pinch of a trackpad and two fingers into zooming about a point within the element. */
export function useZoomGesture(
  area: RefObject<HTMLElement | null>,
  onZoom: (factor: number, x: number, y: number) => void,
): void {
  const latest = useRef(onZoom);
  latest.current = onZoom;
  useEffect(() => {
    const element = area.current;
    if (element === null) return undefined;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = element.getBoundingClientRect();
      latest.current(Math.exp(-event.deltaY * 0.005), event.clientX - box.left, event.clientY - box.top);
    };
    let pinch: Pinch | null = null;
    const onTouchMove = (event: TouchEvent) => {
      const now = pinchOf(event, element);
      if (now === null) return;
      event.preventDefault();
      if (pinch !== null) latest.current(now.distance / pinch.distance, now.x, now.y);
      pinch = now;
    };
    const onTouchEnd = () => {
      pinch = null;
    };
    // React listens passively, and a passive listener cannot keep the page from zooming.
    element.addEventListener('wheel', onWheel, { passive: false });
    element.addEventListener('touchmove', onTouchMove, { passive: false });
    element.addEventListener('touchend', onTouchEnd);
    return () => {
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('touchmove', onTouchMove);
      element.removeEventListener('touchend', onTouchEnd);
    };
  }, [area]);
}
