package dev.cvmfs.injector.inject;

import dev.cvmfs.registry.ImageName;
import java.util.Optional;

/**
 * Where the result of the work on an image goes.
 *
 * @param name an image in the repository that it goes to
 * @param tag the tag that is moved to it; empty if it is stored under its digest alone
 */
public record Destination(ImageName name, Optional<String> tag) {

  /** A tag of the repository that the image is in. */
  public static Destination tag(ImageName image, String tag) {
    return new Destination(image.withTag(tag), Optional.of(tag));
  }

  /** Whether it stays in the repository that the image is in. */
  public boolean isBeside(ImageName image) {
    return image.repositoryPath().equals(name.repositoryPath());
  }

  /** Whether it is the very name that the image is read from. */
  boolean isInPlace(ImageName image) {
    return isBeside(image) && tag.equals(Optional.of(image.reference()));
  }

  @Override
  public String toString() {
    return tag.map(moved -> name.withTag(moved).toString()).orElseGet(name::repositoryPath);
  }
}
