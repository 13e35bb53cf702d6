// What the user has to add to a report, in their own words.
import { StyleSheet, TextInput } from 'react-native';

import { useStrings } from '../strings/use-strings';
import { scaled } from '../ui/scaled';
import { TEXT_SCALE } from '../ui/text-scale';
import { BODY_FONT, useTheme } from '../ui/theme';
import { MAX_COMMENT_LENGTH } from './report';

type Props = { readonly comment: string; readonly onComment: (comment: string) => void };

export function CommentField({ comment, onComment }: Props) {
  const strings = useStrings();
  const theme = useTheme();
  return (
    <TextInput
      value={comment}
      onChangeText={onComment}
      placeholder={strings.report.comment}
      placeholderTextColor={theme.inkSoft}
      aria-label={strings.report.comment}
      maxLength={MAX_COMMENT_LENGTH}
      multiline
      testID="comment"
      style={scaled([
        styles.comment,
        { color: theme.ink, borderColor: theme.line, backgroundColor: theme.surface },
      ])}
    />
  );
}

const styles = StyleSheet.create({
  comment: {
    minHeight: 88 * TEXT_SCALE,
    padding: 14,
    borderWidth: 3,
    borderRadius: 18,
    fontFamily: BODY_FONT,
    fontSize: 17,
    textAlignVertical: 'top',
  },
});
