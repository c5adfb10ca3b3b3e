// What stands on the screens of the patient's app, in each of its languages, where a test presses or reads it.

export interface ScreenWords {
  /** As a phone says which languages its owner reads. */
  readonly locale: string;
  readonly welcome: string;
  readonly scan: string;
  readonly choosePin: string;
  readonly pinAgain: string;
  readonly pin: string;
  readonly next: string;
  /** An app that is closed. */
  readonly open: string;
  readonly today: string;
  readonly allConfirmed: string;
  readonly pulse: string;
  /** In the menu. */
  readonly sensors: string;
  readonly sensorsTitle: string;
  readonly addSensor: string;
  readonly ofHospital: string;
  readonly ofMine: string;
  readonly code: string;
  readonly scanCode: string;
  readonly find: string;
  readonly connected: string;
  readonly sealed: string;
  readonly own: string;
  readonly battery: string;
  /** Of a reading whose sensor does not seal. */
  readonly unsealed: string;
  /** Of a reading that the hospital has confirmed. */
  readonly confirmed: string;
}

export const english: ScreenWords = {
  locale: 'en-GB',
  welcome: 'Welcome',
  scan: 'Scan the square code',
  choosePin: 'Choose a PIN',
  pinAgain: 'The same PIN once more',
  pin: 'PIN',
  next: 'Next',
  open: 'Open',
  today: 'Today',
  allConfirmed: 'Your hospital has all your readings',
  pulse: 'Pulse',
  sensors: 'Sensors',
  sensorsTitle: 'Sensors',
  addSensor: 'Add a sensor',
  ofHospital: 'One from my hospital',
  ofMine: 'One of my own',
  code: 'Code',
  scanCode: 'Scan the square code',
  find: 'Find my sensor',
  connected: 'Connected',
  sealed: 'From your hospital, sealed',
  own: 'Your own device',
  battery: 'Battery 71 %',
  unsealed: 'not sealed until it reached this phone',
  confirmed: 'Hospital has it',
};

export const spanish: ScreenWords = {
  locale: 'es-ES',
  welcome: 'Bienvenido',
  scan: 'Leer el código con la cámara',
  choosePin: 'Elija un PIN',
  pinAgain: 'El mismo PIN otra vez',
  pin: 'PIN',
  next: 'Siguiente',
  open: 'Abrir',
  today: 'Hoy',
  allConfirmed: 'Su hospital tiene todas sus mediciones',
  pulse: 'Pulso',
  sensors: 'Sensores',
  sensorsTitle: 'Sensores',
  addSensor: 'Añadir un sensor',
  ofHospital: 'Uno de mi hospital',
  ofMine: 'Uno mío',
  code: 'Código',
  scanCode: 'Leer el código cuadrado',
  find: 'Buscar mi sensor',
  connected: 'Conectado',
  sealed: 'De su hospital, sellado',
  own: 'Aparato suyo',
  battery: 'Batería 71 %',
  unsealed: 'sin sellar hasta llegar a este teléfono',
  confirmed: 'La tiene el hospital',
};

export const arabic: ScreenWords = {
  locale: 'ar',
  welcome: 'أهلًا بك',
  scan: 'تصوير الرمز المربّع',
  choosePin: 'اختر رقمًا سريًا',
  pinAgain: 'الرقم السري نفسه مرة أخرى',
  pin: 'الرقم السري',
  next: 'التالي',
  open: 'فتح',
  today: 'اليوم',
  allConfirmed: 'كل قياساتك وصلت إلى مستشفاك',
  pulse: 'النبض',
  sensors: 'الأجهزة',
  sensorsTitle: 'أجهزة القياس',
  addSensor: 'إضافة جهاز قياس',
  ofHospital: 'جهاز من مستشفاي',
  ofMine: 'جهاز يخصني',
  code: 'الرمز',
  scanCode: 'تصوير الرمز المربّع',
  find: 'البحث عن جهازي',
  connected: 'متصل',
  sealed: 'من مستشفاك، مختوم',
  own: 'جهازك الخاص',
  battery: 'البطارية 71 %',
  unsealed: 'غير مختوم حتى وصل إلى هذا الهاتف',
  confirmed: 'لدى المستشفى',
};
