// Around every screen: Mantine with our look, and the phone.
import { createTheme, MantineProvider } from '@mantine/core';
import { App } from './app.tsx';
import './look/styles.ts';
import type { Phone } from './phone/phone-state.ts';
import { PhoneProvider } from './shell/phone-context.tsx';

const theme = createTheme({ respectReducedMotion: true, fontFamily: 'var(--mantine-font-family)' });

interface PageRootProps {
  readonly phone: Phone;
  readonly activationCode?: string | undefined;
}

/** No style element is injected, so that the page runs under `style-src 'self'`; nor are responsive style props used. */
export function PageRoot({ phone, activationCode }: PageRootProps) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <PhoneProvider phone={phone}>
        <App activationCode={activationCode} />
      </PhoneProvider>
    </MantineProvider>
  );
}
