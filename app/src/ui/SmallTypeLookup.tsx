// Has the browser look up the small type before a verdict needs it. Chromium on Linux asks another process for each face and size, in the
// midst of layout, and while the runtime is compiled it waited longer for that answer than a verdict takes to draw.
import { StyleSheet } from 'react-native';

import { Words } from './Words';

export function SmallTypeLookup() {
  return (
    <Words size="small" aria-hidden style={styles.unseen}>
      %
    </Words>
  );
}

const styles = StyleSheet.create({ unseen: { position: 'absolute', opacity: 0 } });
