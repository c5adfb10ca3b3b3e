// The update of the MHA's image and policy.

export { ImageUpdate, type ImageUpdateOptions, loadedImage } from './image-update.ts';
