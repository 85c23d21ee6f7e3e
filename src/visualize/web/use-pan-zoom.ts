import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type RefObject } from 'react';
import { useGestures } from './use-zoom-gesture.ts';

export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const MIN_SCALE = 0.2;
const MAX_SCALE = 3;
/** State names are 44 pixels high at full scale. Below this scale they are illegible, so a part is shown instead. */
const LEAST_READABLE_SCALE = 0.25;
const PART_SCALE = 0.5;
const STEP = 1.25;
const PAN_PIXELS = 60;
const DRAG_PIXELS = 4;

/** Zooms, moves and fits a drawing in an element, by wheel, pointer and keys. */
export function usePanZoom(content: Size, area: RefObject<HTMLElement | null>) {
  const [view, setView] = useState<View>({ scale: 1, x: 0, y: 0 });
  const isFitted = useRef(true);
  const drag = useRef<{ x: number; y: number; view: View; moved: boolean } | null>(null);

  const fitTo = useCallback(
    (showsAll: boolean) => {
      const box = area.current?.getBoundingClientRect();
      if (box === undefined || box.width === 0) return;
      isFitted.current = true;
      const fitting = Math.min(box.width / content.width, box.height / content.height, 1.15);
      const scale = showsAll || fitting >= LEAST_READABLE_SCALE ? fitting : PART_SCALE;
      setView({
        scale,
        x: Math.max(0, (box.width - content.width * scale) / 2),
        y: Math.max(0, (box.height - content.height * scale) / 2),
      });
    },
    [area, content.width, content.height],
  );

  const fit = useCallback(() => fitTo(true), [fitTo]);

  const zoomAt = useCallback((factor: number, x: number, y: number) => {
    isFitted.current = false;
    setView((old) => {
      const scale = Math.min(MAX_SCALE, Math.max(MIN_SCALE, old.scale * factor));
      const change = scale / old.scale;
      return { scale, x: x - (x - old.x) * change, y: y - (y - old.y) * change };
    });
  }, []);

  const zoom = useCallback(
    (factor: number) => {
      const box = area.current?.getBoundingClientRect();
      zoomAt(factor, (box?.width ?? 0) / 2, (box?.height ?? 0) / 2);
    },
    [area, zoomAt],
  );

  useEffect(() => {
    const element = area.current;
    if (element === null) return undefined;
    fitTo(false);
    const observer = new ResizeObserver(() => isFitted.current && fitTo(false));
    observer.observe(element);
    return () => observer.disconnect();
  }, [area, fitTo]);

  const pan = (dx: number, dy: number) => {
    isFitted.current = false;
    setView((old) => ({ ...old, x: old.x + dx, y: old.y + dy }));
  };
  useGestures(area, {
    onWheel: ({ ctrlKey, metaKey, deltaX, deltaY }, x, y) => {
      if (ctrlKey || metaKey || Math.abs(deltaY) >= 40) zoomAt(Math.exp(-deltaY * 0.0016), x, y);
      else pan(-deltaX, -deltaY);
      return true;
    },
    // One finger scrolls the page. Two move and zoom the chart.
    onPinch: (now, before) => {
      pan(now.x - before.x, now.y - before.y);
      zoomAt(now.distance / before.distance, now.x, now.y);
    },
  });

  const onPointerDown = (event: PointerEvent) => {
    if (event.button === 0 && event.pointerType !== 'touch')
      drag.current = { x: event.clientX, y: event.clientY, view, moved: false };
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const from = drag.current;
    if (from === null) return;
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
    if (!from.moved && Math.hypot(dx, dy) < DRAG_PIXELS) return;
    if (!from.moved) event.currentTarget.setPointerCapture(event.pointerId);
    from.moved = true;
    isFitted.current = false;
    setView({ ...from.view, x: from.view.x + dx, y: from.view.y + dy });
  };
  const onPointerUp = () => {
    drag.current = null;
  };

  const keys: Readonly<Record<string, () => void>> = {
    '+': () => zoom(STEP),
    '=': () => zoom(STEP),
    '-': () => zoom(1 / STEP),
    '0': fit,
    ArrowLeft: () => pan(PAN_PIXELS, 0),
    ArrowRight: () => pan(-PAN_PIXELS, 0),
    ArrowUp: () => pan(0, PAN_PIXELS),
    ArrowDown: () => pan(0, -PAN_PIXELS),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const act = keys[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };

  /** Moves as little as needed to show a box of the drawing. */
  const reveal = useCallback(
    (x: number, y: number, width: number, height: number) => {
      const box = area.current?.getBoundingClientRect();
      if (box === undefined) return;
      setView((old) => {
        const shift = (start: number, size: number, room: number) =>
          start < 0 ? 12 - start : start + size > room ? Math.max(12 - start, room - 12 - start - size) : 0;
        const dx = shift(old.x + x * old.scale, width * old.scale, box.width);
        const dy = shift(old.y + y * old.scale, height * old.scale, box.height);
        return dx === 0 && dy === 0 ? old : { ...old, x: old.x + dx, y: old.y + dy };
      });
    },
    [area],
  );

  return {
    view,
    fit,
    reveal,
    zoomIn: () => zoom(STEP),
    zoomOut: () => zoom(1 / STEP),
    handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp, onKeyDown },
  };
}
