import { useEffect, useRef } from 'react';

/**
 * Acts on keys wherever the focus is, except behind an open dialog and in elements that take a key themselves: text
 * fields and lists take every key, a button takes Space. `Ctrl-k` stands for K with Ctrl or Command, and also works in
 * text fields.
 */
export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const name = keyName(event);
      const act = name !== null && Object.hasOwn(latest.current, name) ? latest.current[name] : undefined;
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    globalThis.addEventListener('keydown', onKey);
    return () => globalThis.removeEventListener('keydown', onKey);
  }, []);
}

/** The name of a key for the page; `null` if it is for a dialog or for the focused element. */
function keyName({ ctrlKey, metaKey, altKey, key, target }: KeyboardEvent): string | null {
  if (altKey || document.querySelector('dialog:modal') !== null) return null;
  if (ctrlKey || metaKey) return `Ctrl-${key.toLowerCase()}`;
  return takesKey(target, key) ? null : key;
}

function takesKey(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !/^(range|checkbox|radio)$/.test(target.type);
  if (/^(TEXTAREA|SELECT)$/.test(target.tagName)) return true;
  return key === ' ' && /^(BUTTON|SUMMARY|A)$/.test(target.tagName);
}
