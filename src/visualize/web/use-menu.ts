import { useRef, type KeyboardEvent } from 'react';

/** A menu that closes after a choice, and on Escape. The focus returns to its button. */
export function useMenu() {
  const ref = useRef<HTMLDetailsElement>(null);
  const close = () => {
    ref.current?.removeAttribute('open');
    ref.current?.querySelector('summary')?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => event.key === 'Escape' && close();
  return { menu: { className: 'menu', ref, onKeyDown }, close };
}
