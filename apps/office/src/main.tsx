import { mountPage } from '@vitalseal/clinician/react';
import { OfficeGate } from './office-gate.tsx';
import { OfficePage } from './office-page.tsx';

mountPage(
  <OfficeGate>
    <OfficePage />
  </OfficeGate>,
);
