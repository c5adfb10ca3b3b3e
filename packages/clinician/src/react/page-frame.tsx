// Around everything: Mantine with our look. It injects no style element (its variables are in its style sheet, ours in
// tokens.css), so that the page runs under `style-src 'self'`; for the same reason no responsive style props are used.
import { createTheme, MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';

const theme = createTheme({
  respectReducedMotion: true,
  defaultRadius: 4,
  fontFamily: 'var(--mantine-font-family)',
});

export function PageFrame({ children }: { readonly children: ReactNode }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      {children}
    </MantineProvider>
  );
}
