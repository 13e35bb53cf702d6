// The root of the app.
import { Text, View } from 'react-native';

export function App() {
  return (
    <View>
      <Text>DeepDog</Text>
    </View>
  );
}
