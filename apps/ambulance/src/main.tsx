import { ClinicianGate, mountPage } from '@vitalseal/clinician/react';
import { AmbulancePage } from './ambulance-page.tsx';

mountPage(
  <ClinicianGate device="ambulance" who="crew’s">
    <AmbulancePage />
  </ClinicianGate>,
);
