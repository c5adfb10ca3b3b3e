// For tests of the whole: a hospital over real TLS with the real protocol, and a card that is personalised.

export { type CardOfWorldOptions, cardOfWorld, testPin } from './card-of-world.ts';
export { LinkedSensor } from './linked-sensor.ts';
export { TlsHospital } from './tls-hospital.ts';
