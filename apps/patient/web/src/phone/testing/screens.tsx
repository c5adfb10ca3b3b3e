// The same phone with its screens, in English, for tests that read what the patient is told. No build of the app contains it.
import { createRoot } from 'react-dom/client';
import { startLanguage } from '../../language/i18n.ts';
import { applyPreferences } from '../../look/preferences.ts';
import { PageRoot } from '../../page-root.tsx';
import { phone } from './bench.ts';

const place = document.getElementById('page');
if (place === null) throw new Error('expected an element with the id page');
applyPreferences();
await startLanguage('en');
createRoot(place).render(<PageRoot phone={phone} />);
