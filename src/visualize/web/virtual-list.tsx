import { useEffect, useRef, useState, type ReactNode } from 'react';

interface Props {
  readonly count: number;
  /** In pixels, the same for all rows. */
  readonly rowHeight: number;
  readonly label: string;
  /** The content of a row. */
  readonly row: (index: number) => ReactNode;
  /** The row to keep in view; `null` for none. */
  readonly inSight: number | null;
  readonly testId: string;
}

/** Extra rows at both ends, so that quick scrolling shows no gap. */
const OVERSCAN = 6;
/** Browsers draw no element much higher than this. A longer list scrolls proportionally faster. */
const MOST_HEIGHT = 15_000_000;

/** A list of any length that renders only the visible rows. */
export function VirtualList({ count, rowHeight, label, row, inSight, testId }: Props) {
  const area = useRef<HTMLDivElement>(null);
  const height = count * rowHeight;
  const speed = Math.max(1, height / MOST_HEIGHT);
  const [window, setWindow] = useState({ top: 0, height: 0 });
  useEffect(() => {
    const element = area.current;
    if (element === null) return undefined;
    const update = () => setWindow({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(update);
    observer.observe(element);
    element.addEventListener('scroll', update, { passive: true });
    update();
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', update);
    };
  }, []);
  useEffect(() => {
    const element = area.current;
    if (element === null || inSight === null) return;
    const top = inSight * rowHeight;
    const seenFrom = element.scrollTop * speed;
    const isAbove = top < seenFrom;
    const isBelow = top + rowHeight > seenFrom + element.clientHeight;
    if (isAbove || isBelow) element.scrollTop = Math.max(0, top - element.clientHeight / 2) / speed;
  }, [inSight, rowHeight, speed, window.height]);
  const seenFrom = window.top * speed;
  const from = Math.max(0, Math.floor(seenFrom / rowHeight) - OVERSCAN);
  const to = Math.min(count, Math.ceil((seenFrom + window.height) / rowHeight) + OVERSCAN);
  return (
    <div className="virtual" ref={area} tabIndex={0} role="group" aria-label={label} data-testid={testId}>
      <div role="list" style={{ height: height / speed }}>
        {Array.from({ length: Math.max(0, to - from) }, (_, offset) => {
          const index = from + offset;
          return (
            <div
              key={index}
              role="listitem"
              aria-setsize={count}
              aria-posinset={index + 1}
              style={{ top: window.top + index * rowHeight - seenFrom, height: rowHeight }}
            >
              {row(index)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
