// The root of a page.
import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import './theme/styles.ts';
import { PageFrame } from './page-frame.tsx';

export function mountPage(page: ReactNode): void {
  const element = document.getElementById('page');
  if (element === null) throw new Error('expected an element with the id page');
  createRoot(element).render(<PageFrame>{page}</PageFrame>);
}
