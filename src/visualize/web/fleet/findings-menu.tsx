import { useRef } from 'react';
import { findings, type Finding } from './examples.ts';

interface Props {
  readonly onShow: (finding: Finding) => void;
}

/** A tour of what simulation found. One click plays the run that shows a finding. */
export function FindingsMenu({ onShow }: Props) {
  const menu = useRef<HTMLDetailsElement>(null);
  const close = () => menu.current?.removeAttribute('open');
  return (
    <details className="menu" ref={menu} onKeyDown={(event) => event.key === 'Escape' && close()}>
      <summary>What simulation found</summary>
      <ul className="menu-items findings">
        {findings.map((finding) => (
          <li key={finding.title}>
            <button
              type="button"
              onClick={() => {
                onShow(finding);
                close();
              }}
            >
              <strong>{finding.title}</strong>
              <small>{finding.note}</small>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
