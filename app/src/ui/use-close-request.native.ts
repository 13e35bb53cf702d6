// On phones React Native's Modal hears Android's way back itself.
export const useCloseRequest = (_onClose: () => void): void => undefined;
