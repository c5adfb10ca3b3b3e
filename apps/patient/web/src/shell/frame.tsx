// Around the screens of an open app: the help that is always in the same place, and the four ways to go.
import type { ReactNode } from 'react';
import { useWords } from '../language/use-words.ts';
import { HelpIcon, SensorIcon, SettingsIcon, SharingIcon, TodayIcon } from '../parts/icons.tsx';
import classes from './frame.module.css';
import { hrefOf, useRoute } from './route.ts';

interface FrameProps {
  /** Without the menu there is one thing to do, and help. */
  readonly withMenu: boolean;
  readonly withHelp?: boolean;
  readonly children: ReactNode;
}

export function Frame({ withMenu, withHelp = true, children }: FrameProps) {
  const { t } = useWords();
  return (
    <div className={classes.frame} data-menu={withMenu}>
      <button
        type="button"
        className={classes.skip}
        onClick={() => document.querySelector<HTMLElement>('main h1')?.focus()}
      >
        {t('common.skip')}
      </button>
      <header className={classes.header}>
        <p className={classes.product} translate="no">
          {t('product')}
        </p>
        {withHelp && (
          <a className={classes.help} href={hrefOf('help')}>
            <HelpIcon size="small" />
            {t('help.button')}
          </a>
        )}
      </header>
      {withMenu && <Menu />}
      <main className={classes.main} id="content">
        {children}
      </main>
    </div>
  );
}

const places = [
  { key: 'today', href: hrefOf(), Icon: TodayIcon, screens: ['today', 'kind', 'hour', 'enter'] },
  { key: 'sensors', href: hrefOf('sensors'), Icon: SensorIcon, screens: ['sensors', 'background'] },
  { key: 'sharing', href: hrefOf('sharing'), Icon: SharingIcon, screens: ['sharing'] },
  { key: 'settings', href: hrefOf('settings'), Icon: SettingsIcon, screens: ['settings'] },
] as const;

function Menu() {
  const { t } = useWords();
  const [screen = 'today'] = useRoute();
  return (
    <nav className={classes.menu} aria-label={t('common.menu')}>
      {places.map(({ key, href, Icon, screens }) => {
        const isHere = screens.some((one) => one === screen);
        return (
          <a key={key} className={classes.place} href={href} aria-current={isHere ? 'page' : undefined}>
            <Icon />
            <span>{t(`nav.${key}`)}</span>
          </a>
        );
      })}
    </nav>
  );
}
