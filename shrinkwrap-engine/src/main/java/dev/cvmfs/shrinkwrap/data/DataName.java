package dev.cvmfs.shrinkwrap.data;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * The name of a file in an export's {@code .data} store: {@code XX/YY/<36
 * hex>[-algorithm].<metadata hash>[suffix]}.
 *
 * @param content the hash that names the whole content
 * @param meta the hash of the metadata
 * @param suffix empty for the plain name; otherwise what tells variants ({@code ~…}) and further
 *     copies ({@code +1}, where file systems limit the links to an inode) apart
 */
public record DataName(ContentHash content, MetaHash meta, String suffix)
    implements Comparable<DataName> {
  /** What {@link DataVariant#suffix}, {@link ContentCut#suffix} and numbers of copies give. */
  private static final Pattern SUFFIX =
      Pattern.compile(
          "(~-?[0-9]{1,19}(\\.[0-9]{9})?(s[1-7])?(x[0-9a-f]{16})?(c[0-9a-f]{32})?)?(\\+[0-9]{1,19})?");

  private static final int CUT = 1 + 2 * ContentCut.BYTES;

  /** Nothing else may be in it: a name becomes a path, and may come from a layer or a disk. */
  public DataName {
    if (!suffix.isEmpty() && !SUFFIX.matcher(suffix).matches()) {
      throw new IllegalArgumentException("no name of a file in a store ends in this");
    }
  }

  /** Whether the suffix tells of what objects the content is made up. */
  public boolean hasCut() {
    int copy = suffix.indexOf('+');
    int cut = (copy < 0 ? suffix.length() : copy) - CUT;
    return cut > 0 && suffix.charAt(cut) == 'c';
  }

  /** The path below {@code .data}, without a leading slash. */
  public String path() {
    String hex = content.hex();
    return hex.substring(0, 2)
        + "/"
        + hex.substring(2, 4)
        + "/"
        + hex.substring(4)
        + content.algorithm().suffix()
        + "."
        + meta
        + suffix;
  }

  /** The order of the paths, bytewise. */
  @Override
  public int compareTo(DataName other) {
    int order = Arrays.compareUnsigned(content.digest(), other.content.digest());
    if (order == 0) {
      // The dot that follows takes part: "-rmd160." sorts before ".".
      order =
          (content.algorithm().suffix() + ".").compareTo(other.content.algorithm().suffix() + ".");
    }
    if (order == 0) {
      order = meta.compareTo(other.meta);
    }
    return order != 0 ? order : suffix.compareTo(other.suffix);
  }

  @Override
  public String toString() {
    return path();
  }
}
