// The patient's app begins here: the phone at once, then the language, then the first screen.
import { createRoot } from 'react-dom/client';
import { startLanguage } from './language/i18n.ts';
import { usualLanguage } from './language/languages.ts';
import { applyPreferences } from './look/preferences.ts';
import { PageRoot } from './page-root.tsx';
import { openPhone } from './phone/index.ts';
import { takeCodeFromAddress } from './shell/route.ts';

const place = document.getElementById('page');
if (place === null) throw new Error('expected an element with the id page');
const activationCode = takeCodeFromAddress();
applyPreferences();
const phone = openPhone();
await startLanguage(usualLanguage());
createRoot(place).render(<PageRoot phone={phone} activationCode={activationCode} />);
