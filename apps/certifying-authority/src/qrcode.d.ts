// The one call of the `qrcode` package (which brings no types) that is used here.
declare module 'qrcode' {
  interface QrCode {
    toString(
      text: string,
      options: { type: 'terminal' | 'utf8'; small?: boolean; errorCorrectionLevel?: 'L' | 'M' },
    ): Promise<string>;
  }
  const qrCode: QrCode;
  export default qrCode;
}
