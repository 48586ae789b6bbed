/** What programs and shared libraries say of themselves: the ELF format, as far as loaders go. */
@NullMarked
package dev.cvmfs.shrinkwrap.elf;

import org.jspecify.annotations.NullMarked;
