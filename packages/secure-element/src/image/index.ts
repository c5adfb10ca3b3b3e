// The update of the MHA's image and policy, and which program runs because of it.

export { type BootedMha, bootMha, inPlaceOf, programOf, type RunCode } from './boot-mha.ts';
export { ImageUpdate, type ImageUpdateOptions } from './image-update.ts';
export { attestationOfImage, loadedCode } from './stored-image.ts';
export { forgetTakenBack } from './taken-back.ts';
