// Large rows that lead on: each a name, and perhaps a line about it.
import type { ReactNode } from 'react';
import classes from './choice-list.module.css';
import { ForwardIcon } from './icons.tsx';

interface Choice {
  readonly key: string;
  readonly name: ReactNode;
  readonly about?: ReactNode;
  readonly icon?: ReactNode;
  readonly href?: string;
  readonly onPress?: () => void;
}

export function ChoiceList({ choices }: { readonly choices: readonly Choice[] }) {
  return (
    <ul className={classes.list}>
      {choices.map(({ key, name, about, icon, href, onPress }) => {
        const content = (
          <>
            {icon}
            <span className={classes.words}>
              <span className={classes.name}>{name}</span>
              {about !== undefined && <span className={classes.about}>{about}</span>}
            </span>
            <ForwardIcon />
          </>
        );
        return (
          <li key={key}>
            {href === undefined ? (
              <button type="button" className={classes.choice} onClick={onPress}>
                {content}
              </button>
            ) : (
              <a className={classes.choice} href={href}>
                {content}
              </a>
            )}
          </li>
        );
      })}
    </ul>
  );
}
