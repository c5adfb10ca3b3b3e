// The one call of the `qrcode` package (which brings no types) that is used here.
declare module 'qrcode' {
  interface QrCode {
    create(
      text: string,
      options: { errorCorrectionLevel: 'L' | 'M' | 'Q' | 'H' },
    ): { readonly modules: { readonly size: number; readonly data: ArrayLike<number> } };
  }
  const qrCode: QrCode;
  export default qrCode;
}
