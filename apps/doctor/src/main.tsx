import { ClinicianGate, mountPage } from '@vitalseal/clinician/react';
import { DoctorPage } from './doctor-page.tsx';

mountPage(
  <ClinicianGate device="doctor" who="doctor’s">
    <DoctorPage />
  </ClinicianGate>,
);
