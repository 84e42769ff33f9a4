package dev.rhizome.paging;

/** Parameters that ask for one page of a list. */
public interface Paged {

    /** Most items of the page. */
    int limit();

    /** Rows to read: one more than is shown tells whether there is a next page. */
    default int fetch() {
        return limit() + 1;
    }
}
