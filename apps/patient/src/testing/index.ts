// For tests of the whole: a hospital over real TLS with the real protocol.

export { TlsHospital } from './tls-hospital.ts';
