package dev.cvmfs.it.benchmark;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Options of the form {@code --name=number}. */
record Options(Map<String, Integer> numbers) {

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException if one has another form
   */
  static Options parse(List<String> arguments) {
    Map<String, Integer> numbers = new HashMap<>();
    for (String argument : arguments) {
      if (!argument.matches("--[a-z-]+=[0-9]{1,9}")) {
        throw new IllegalArgumentException("not of the form --name=number: " + argument);
      }
      int equals = argument.indexOf('=');
      numbers.put(argument.substring(2, equals), Integer.valueOf(argument.substring(equals + 1)));
    }
    return new Options(numbers);
  }

  int number(String name, int otherwise) {
    return numbers.getOrDefault(name, otherwise);
  }
}
