// Every screen of the app on a state written by hand, for its tests and for whoever translates: ?state=NAME&lang=CODE,
// and the screen behind the #. It is built by the tests, never into the app.
import { createRoot } from 'react-dom/client';
import { startLanguage } from '../src/language/i18n.ts';
import { languageOf } from '../src/language/languages.ts';
import { applyPreferences } from '../src/look/preferences.ts';
import { PageRoot } from '../src/page-root.tsx';
import { ShownPhone } from './shown-phone.ts';
import { states } from './states.ts';

const asked = new URLSearchParams(location.search);
const state = states[asked.get('state') ?? 'well'] ?? states.well;
const place = document.getElementById('page');
if (place === null || state === undefined) throw new Error('expected an element with the id page, and a known state');
applyPreferences();
await startLanguage(languageOf(asked.get('lang') ?? 'en').code);
createRoot(place).render(<PageRoot phone={new ShownPhone(state)} activationCode={asked.get('code') ?? undefined} />);
