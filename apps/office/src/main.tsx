import { mountPage } from '@vitalseal/clinician/react';
import { OfficePage } from './office-page.tsx';

mountPage(<OfficePage />);
