//! Specifications of interfaces: OpenAPI and AsyncAPI.

pub mod shapes;
