// Card content management (GlobalPlatform Card Specification section 11.5 and 11.6): loading an image of the MHA.

export * from './install-for-load.ts';
export * from './load-file.ts';
export * from './load-image.ts';
export * from './mha-image.ts';
