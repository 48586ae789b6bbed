package dev.cvmfs.shrinkwrap.data;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import java.util.Arrays;

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
