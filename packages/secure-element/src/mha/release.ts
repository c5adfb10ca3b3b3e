// What the MHA's code says that it is. Code that is built for an image says that image's release.

export const mhaRelease = '0.1.0';
