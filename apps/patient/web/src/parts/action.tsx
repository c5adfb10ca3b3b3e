// A button or a link that looks like one: as wide as the screen allows, tall enough for a trembling finger, and its words
// may take two lines.
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './action.module.css';

interface ActionProps {
  /** One a screen is `main`. */
  readonly look?: 'main' | 'plain' | 'quiet' | 'grave';
  readonly icon?: ReactNode;
  readonly children: ReactNode;
  readonly onPress?: () => void;
  readonly href?: string;
  readonly submits?: boolean;
  readonly busy?: boolean;
  /** Id of what tells it from another button of the same words. */
  readonly describedBy?: string;
}

const classNames = { root: classes.root ?? '', inner: classes.inner ?? '', label: classes.label ?? '' };

export function Action({
  look = 'plain',
  icon,
  children,
  onPress,
  href,
  submits = false,
  busy = false,
  describedBy,
}: ActionProps) {
  const content = (
    <>
      {icon}
      <span>{children}</span>
    </>
  );
  const shown = { classNames, 'data-look': look, variant: 'filled' } as const;
  if (href !== undefined) {
    return (
      <Button component="a" href={href} {...shown}>
        {content}
      </Button>
    );
  }
  // Not `disabled`: a button that vanishes from the keyboard while it works loses the focus that is on it.
  return (
    <Button
      type={submits ? 'submit' : 'button'}
      aria-disabled={busy}
      aria-describedby={describedBy}
      data-busy={busy}
      onClick={() => {
        if (!busy) onPress?.();
      }}
      {...shown}
    >
      {content}
    </Button>
  );
}
