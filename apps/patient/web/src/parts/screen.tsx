// A screen: one heading, what belongs under it, and a way back. On arrival the heading takes the focus, so that a screen
// reader says where one is.
import { type ReactNode, useEffect, useRef } from 'react';
import { useWords } from '../language/use-words.ts';
import { goUp, hrefOf } from '../shell/route.ts';
import { BackIcon } from './icons.tsx';
import classes from './screen.module.css';

interface ScreenProps {
  readonly title: string;
  /** Where "Back" leads: always the screen above, whatever was pressed before. */
  readonly back?: readonly string[] | (() => void);
  readonly children: ReactNode;
}

export function Screen({ title, back, children }: ScreenProps) {
  const { t, language } = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  const shownIn = useRef<string>(undefined);
  useEffect(() => {
    document.title = `${title} · ${t('product')}`;
    // The same screen in another language is no arrival.
    const isArrival = shownIn.current === undefined || shownIn.current === language;
    shownIn.current = language;
    if (!isArrival) return;
    scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, [title, t, language]);
  return (
    <div className={classes.screen}>
      {back !== undefined && <Back to={back} />}
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </div>
  );
}

function Back({ to }: { readonly to: NonNullable<ScreenProps['back']> }) {
  const { t } = useWords();
  const content = (
    <>
      <BackIcon />
      {t('common.back')}
    </>
  );
  if (typeof to === 'function') {
    return (
      <button type="button" className={classes.back} onClick={to}>
        {content}
      </button>
    );
  }
  return (
    <a
      className={classes.back}
      href={hrefOf(...to)}
      onClick={(event) => {
        event.preventDefault();
        goUp(...to);
      }}
    >
      {content}
    </a>
  );
}

/** Parts of a screen, one below the other. */
export function Stack({ children }: { readonly children: ReactNode }) {
  return <div className={classes.stack}>{children}</div>;
}

export function Card({ children }: { readonly children: ReactNode }) {
  return <div className={classes.card}>{children}</div>;
}

export function Aside({ children }: { readonly children: ReactNode }) {
  return <p className={classes.aside}>{children}</p>;
}
