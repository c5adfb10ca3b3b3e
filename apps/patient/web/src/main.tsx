// The patient's app begins here.
import { createRoot } from 'react-dom/client';
import { openRelease } from './integrity/index.ts';

openRelease();

const place = document.getElementById('page');
if (place) createRoot(place).render(null);
