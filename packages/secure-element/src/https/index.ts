// HTTPS from inside the card; Node only.

export {
  CardHttps,
  type CardHttpsOptions,
  type HttpsAnswer,
  type HttpsDestination,
  type HttpsRequest,
} from './card-https.ts';
export { HospitalHttps } from './hospital-https.ts';
export type { CertificateSecurity, PskSecurity, TlsSecurity } from './tls-security.ts';
