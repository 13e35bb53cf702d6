// A sheet that rises over the screen: full width on a phone, a card in the middle of a wide window.
import { type ReactNode, useEffect, useRef } from 'react';
import { KeyboardAvoidingView, Modal, Platform, Pressable, ScrollView, StyleSheet, View } from 'react-native';
import { useSafeAreaInsets } from 'react-native-safe-area-context';

import { useStrings } from '../strings/use-strings';
import { IconButton } from './IconButton';
import { useTheme } from './theme';
import { useCloseRequest } from './use-close-request';
import { useReducedMotion } from './use-reduced-motion';
import { useWide } from './use-wide';
import { Words } from './Words';

type Props = {
  readonly title: string;
  readonly onClose: () => void;
  /** What its first lines show, where that changes while it is open: then it is scrolled back to them. */
  readonly shown?: string | null;
  readonly children: ReactNode;
};

export function Sheet({ title, onClose, shown = null, children }: Props) {
  const strings = useStrings();
  const theme = useTheme();
  const wide = useWide();
  const still = useReducedMotion();
  const { bottom } = useSafeAreaInsets();
  const content = useRef<ScrollView>(null);
  useCloseRequest(onClose);
  useEffect(() => {
    if (shown !== null) {
      content.current?.scrollTo({ y: 0, animated: !still });
    }
  }, [shown, still]);
  return (
    <Modal
      transparent
      aria-label={title}
      animationType={still ? 'none' : wide ? 'fade' : 'slide'}
      onRequestClose={onClose}
    >
      <KeyboardAvoidingView
        behavior={Platform.OS === 'ios' ? 'padding' : undefined}
        style={[styles.stage, wide && styles.stageWide, { backgroundColor: theme.backdrop }]}
      >
        {/* Screen readers and keys close the sheet by its button or Escape. */}
        <Pressable style={StyleSheet.absoluteFill} onPress={onClose} aria-hidden tabIndex={-1} />
        <View
          style={[
            styles.sheet,
            wide && styles.sheetWide,
            { backgroundColor: theme.background, borderColor: theme.line },
          ]}
        >
          <View style={styles.header}>
            <Words size="title" style={styles.title}>
              {title}
            </Words>
            <IconButton icon="close" label={strings.settings.close} onPress={onClose} size={44} />
          </View>
          <ScrollView ref={content} contentContainerStyle={[styles.content, { paddingBottom: 24 + bottom }]}>
            {children}
          </ScrollView>
        </View>
      </KeyboardAvoidingView>
    </Modal>
  );
}

const styles = StyleSheet.create({
  stage: { flex: 1, justifyContent: 'flex-end' },
  stageWide: { justifyContent: 'center', alignItems: 'center' },
  sheet: {
    maxHeight: '92%',
    borderTopWidth: 3,
    borderLeftWidth: 3,
    borderRightWidth: 3,
    borderTopLeftRadius: 28,
    borderTopRightRadius: 28,
  },
  sheetWide: { width: 520, borderBottomWidth: 3, borderRadius: 28 },
  header: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: 12,
    paddingHorizontal: 20,
    paddingTop: 16,
    paddingBottom: 8,
  },
  title: { flex: 1, minWidth: 0 },
  content: { paddingHorizontal: 20, gap: 20 },
});
