// A page's photos are gone with it.
export function deleteOldPhotos(): void {}
