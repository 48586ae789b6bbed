package dev.cvmfs.injector.image;

/** Makes text out of strangers' images fit to be shown: in one piece, and nothing else. */
final class Printable {
  private Printable() {}

  /**
   * The text with everything spelled out that a terminal would obey or not show, and cut if it is
   * longer than the given number of characters.
   */
  static String of(String text, int longest) {
    StringBuilder printable = new StringBuilder();
    String start = text.length() <= longest ? text : text.substring(0, longest);
    start
        .codePoints()
        .forEach(
            codePoint -> {
              String character = Character.toString(codePoint);
              if (isShown(codePoint)) {
                printable.append(character);
              } else {
                character.chars().forEach(c -> printable.append("\\u%04x".formatted(c)));
              }
            });
    return text.length() <= longest
        ? printable.toString()
        : printable + "… (%,d characters)".formatted(text.length());
  }

  private static boolean isShown(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
